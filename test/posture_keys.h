/* SPDX-License-Identifier: Apache-2.0 */
/*
 * posture_keys.h - public keys of nobody, for zones in tests: as strings of
 * a master file, as plain base64, and as strings of JSON.
 */
#ifndef TEST_POSTURE_KEYS_H
#define TEST_POSTURE_KEYS_H

#define DATA2048 "\"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsO75ravkvjiU" \
	"87oI/Qe/MhvfhgT0nXRgprK6rngmTpHeSxURZquFFckTBOUaxi1CTa1Y" \
	"QM2v20B5di7KxKswCbQFQsPnhLWA4tI+mjO/DwiLAZaHy9mhcllb40M9" \
	"dC5FjY5bnkQkLGdF9eJ0z7QGOwKwbaZf\" " \
	"\"4DqFn2cYfj/KqFzuPt657wShV3GG40VGK6LxLvmUpTBCjApL3LLcJEND" \
	"Jmp0G/MYC26nszXAKABctuGuPOtLgl2xT4d4qvDNBGGtQJ4MYOIRisdc" \
	"TU7UhHwk2ddtpZepmKNSJWCvKwWTZbRbLH4Tqsc5c5Poy5KTLtFFJTnU" \
	"AgRkVo2TQoWDrFjsFQIDAQAB\" "
#define DATA1024 \
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDUfBj/RMQLLIBKEDhOVVck" \
	"7a4Vcs34K4eMKEz8Ios4fyIkXqwxeskR0gv2OecOQTDaY9DOrCrLggB54FNS" \
	"q+8q/2u/5gRjrtYpgQnRKTRFWfbe2XoNwjtDt92bRTXJScBI6U+Df4ILaDXD" \
	"l00JvV7EAJRuRUqZNz+QDse6xT6bzwIDAQAB"
#define DATA512 "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAM1VFrCSYxuRPALlIh0zwky4SLVb" \
	"1Nkg9mrpP8RCSp702EyAHjn2eO8N+2/SsXdHns8Sk8kTTtQXXHLYx0IL+lcC" \
	"AwEAAQ=="
#define JSON2048 "\"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsO75ravkvjiU" \
	"87oI/Qe/MhvfhgT0nXRgprK6rngmTpHeSxURZquFFckTBOUaxi1CTa1Y" \
	"QM2v20B5di7KxKswCbQFQsPnhLWA4tI+mjO/DwiLAZaHy9mhcllb40M9" \
	"dC5FjY5bnkQkLGdF9eJ0z7QGOwKwbaZf\", " \
	"\"4DqFn2cYfj/KqFzuPt657wShV3GG40VGK6LxLvmUpTBCjApL3LLcJEND" \
	"Jmp0G/MYC26nszXAKABctuGuPOtLgl2xT4d4qvDNBGGtQJ4MYOIRisdc" \
	"TU7UhHwk2ddtpZepmKNSJWCvKwWTZbRbLH4Tqsc5c5Poy5KTLtFFJTnU" \
	"AgRkVo2TQoWDrFjsFQIDAQAB\""

#endif
