# SPDX-License-Identifier: GPL-2.0
# errors_rows.awk: errors.tsv as variants of errors_test.c
BEGIN {
	FS = "\t"
	print "/* Made from errors.tsv by errors_rows.awk. */"
}
/^#/ { next }
{
	gsub(/["\\]/, "\\\\&", $4)
	seen[$1]++
	printf "FIXTURE_VARIANT_ADD(row, %s_%d)\n{\n", $1, seen[$1]
	printf "\t.number = %d,\n", ++n
	printf "\t.reason = KSSH_R_%s,\n\t.error = %s,\n", $1, $2
	printf "\t.phase = %s,\n", $3 == "-" ? "KSSH_PHASE_NONE" : "KSSH_PHASE_" $3
	printf "\t.event = \"%s\",\n\t.options = \"%s\",\n};\n\n", $4, $5 == "-" ? "" : $5
}
