/* SPDX-License-Identifier: GPL-2.0 */
/* Public keys, made for these tests with ssh-keygen of OpenSSH 9.2. */

#define ED25519_A \
	"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPckloU2mABFrd/rBA/Oe2rIvC8" \
	"MtBmqPDXmfgfupaP"
#define ED25519_B \
	"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPckloU2mABFrd/rBA/Oe2rIvC8" \
	"MtBmqPDXmfgfupaO"
#define P256 \
	"ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAy" \
	"NTYAAABBBDqpdtLIrXNdjpy5IkqHezf1lvd0L89xbWk0CZAfqxrwi08Rh+IhqKH5" \
	"bqLaZHVOeuLQ+eTtzS1vI5/6cNPMgO0="
#define P384 \
	"ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAz" \
	"ODQAAABhBJiblz1ZnyM1JjqQjfkwTyWpBrt1K8IGqygczzNKSQ6ciIDKH9ajw2no" \
	"YM5sLuCUYALBZBnlJ1Fco3UPyzi/tGyRReuGVnuXTQ4Qq9eDLeeuvTMvfzwGqP9U" \
	"sZwFXFRD5w=="
#define P521 \
	"ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1" \
	"MjEAAACFBAGnJK+eH7lOfulan9ErZjD8bhH0cGrrkFaBti40SyEbotUPxoZQZqPr" \
	"Ewf4pzGomptQGVNPd3Y1uTc/hp0FPKskIQGoy7xmkQjEObo+u7ILlxzWKyYWW3RM" \
	"jW/p1QlMcFZj9/ZZPA7+utIoDi8hDEXzXTVHIOos0RhG+lQ0Uh0YGyqBHw=="
#define RSA \
	"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDBsehz8N/cqqt17w/Gn++UHff2" \
	"rK5rI5f7o64/acvIDbk59actW/PBl7JI3OvrqO5nQ78K717BBStskvzoJBV9s90s" \
	"HnobPM2jC2dhZo5H79UXnyMSxuJoIQTow5aUVOKbFz5KK0odS1F/vNTB5AXep5fR" \
	"bZhWTJzqsAyN6sftAw=="
#define ED25519_CERT \
	"ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjA" \
	"xQG9wZW5zc2guY29tAAAAIIXJXrmxhQvzQlzUN6ecGoxmw7rE33tNkjL0Y4M8tqJ" \
	"GAAAAIGPckloU2mABFrd/rBA/Oe2rIvC8MtBmqPDXmfgfupaPAAAAAAAAAAAAAAA" \
	"CAAAAAXgAAAAFAAAAAWgAAAAAAAAAAP//////////AAAAAAAAAAAAAAAAAAAAlwA" \
	"AAAdzc2gtcnNhAAAAAwEAAQAAAIEAuZ3wpNXX01FRVGQaZzXiRS7adMQCC125efo" \
	"5bQ2LTwOVi4kvLoYPTMEm9mFrf0ks/Kc6436ZPbrSGqZIX45LF+3mBGaRDaT7ChC" \
	"sXLOA46u18XzWdsWinxyAOB2pmDXQqzm3cbAfwF5dMfzvzuZTAKD8wT7pJsK/nvU" \
	"BA1zITSMAAACUAAAADHJzYS1zaGEyLTUxMgAAAIAcVb0CINqgnK53MV2eFRoiCux" \
	"1kDjwa+YXja+3OH8EScAfT3EDXgqk8daDrXyTxQlgn3sJxCSQRkualhcLkxnADpo" \
	"sXdFPNOCsZL2lHpIwJmm0PH/M5SfB7ZHUpQCy6cx/QQE5KYm8Hf7gqhw9a+l83zZ" \
	"eKhGz4rVqZ1voFDXgCA=="

/* "host.example.org", hashed by ssh-keygen -H */
#define HASHED_HOST \
	"|1|fIjkx16+YpQtUG6eV2Qz5+w+Wl8=|nRDS5CsbDXXL5sbPGtIRVoR4j/o="

/* ssh-keygen -l */
#define ED25519_A_PRINT	"SHA256:nTTktlThN+7gMPiYz9zigwy90qTTfmOLDYVX0JQjteE"
