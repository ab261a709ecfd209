/* SPDX-License-Identifier: Apache-2.0 */
/* magic_name.c - what names and declared types claim. */
#include "content/magic.h"

#include "base/ascii.h"

struct claim {
	struct span name;
	enum content_type type;
	bool runs;
};

#define T(name, type) { SPAN_INIT(name), CONTENT_TYPE_##type, false }
/* What a double click runs, on one system or another. */
#define R(name, type) { SPAN_INIT(name), CONTENT_TYPE_##type, true }
static const struct claim extensions[] = {
	T("txt", TEXT), T("log", TEXT), T("csv", TEXT), T("md", TEXT),
	T("patch", TEXT), T("diff", TEXT), T("c", TEXT), T("h", TEXT),
	T("asc", TEXT), T("json", TEXT), T("yaml", TEXT),
	R("html", HTML), R("htm", HTML), R("shtml", HTML), R("xhtml", HTML),
	R("mht", UNKNOWN), R("mhtml", UNKNOWN), R("svg", SVG),
	T("xml", XML), T("eml", EML), T("pdf", PDF), T("rtf", RTF),
	T("doc", OLE), T("xls", OLE), T("ppt", OLE), T("msg", OLE),
	T("dot", OLE), T("xlt", OLE), T("pps", OLE), R("msi", OLE),
	T("docx", OOXML), T("xlsx", OOXML), T("pptx", OOXML),
	R("docm", OOXML), R("xlsm", OOXML), R("pptm", OOXML),
	R("dotm", OOXML), R("xlam", OOXML), R("xlsb", OOXML),
	T("odt", ODF), T("ods", ODF), T("odp", ODF), R("one", ONE),
	T("zip", ZIP), R("jar", JAR), R("appx", ZIP), R("apk", JAR),
	T("rar", RAR), T("7z", SEVENZIP), T("gz", GZIP), T("tgz", GZIP),
	T("bz2", BZIP2), T("xz", XZ), T("tar", TAR), T("cab", CAB),
	R("iso", ISO), R("img", DISK), R("vhd", DISK), R("vhdx", DISK),
	R("exe", EXE), R("scr", EXE), R("com", EXE), R("pif", EXE),
	R("cpl", EXE), R("dll", EXE), R("sys", EXE), R("lnk", LNK),
	R("bat", SCRIPT), R("cmd", SCRIPT), R("ps1", SCRIPT),
	R("vbs", SCRIPT), R("vbe", SCRIPT), R("js", SCRIPT),
	R("jse", SCRIPT), R("wsf", SCRIPT), R("wsh", SCRIPT),
	R("hta", HTML), R("sh", SCRIPT), R("py", SCRIPT),
	R("command", SCRIPT), R("url", UNKNOWN), R("reg", SCRIPT),
	R("chm", CHM), R("xll", EXE), R("app", UNKNOWN), R("dmg", UNKNOWN),
	R("pkg", UNKNOWN), R("scpt", UNKNOWN), R("library-ms", XML),
	R("settingcontent-ms", XML), R("rdp", UNKNOWN),
	T("png", PNG), T("jpg", JPEG), T("jpeg", JPEG), T("jpe", JPEG),
	T("gif", GIF), T("bmp", BMP), T("tif", TIFF), T("tiff", TIFF),
	T("webp", WEBP), T("ico", ICO), T("mp3", AUDIO), T("wav", AUDIO),
	T("ogg", AUDIO), T("flac", AUDIO), T("mp4", VIDEO), T("mov", VIDEO),
	T("m4a", VIDEO), T("avi", VIDEO), T("mkv", VIDEO), T("webm", VIDEO),
	T("pgp", PGP), T("ics", CALENDAR),
};

static const struct claim types[] = {
	T("text/plain", TEXT), T("text/csv", TEXT), T("text/x-patch", TEXT),
	T("text/x-diff", TEXT), T("text/html", HTML), T("text/xml", XML),
	T("application/xml", XML), T("application/xhtml+xml", HTML),
	T("image/svg+xml", SVG), T("message/rfc822", EML),
	T("message/global", EML), T("application/pdf", PDF),
	T("application/rtf", RTF), T("text/rtf", RTF),
	T("application/msword", OLE), T("application/vnd.ms-excel", OLE),
	T("application/vnd.ms-powerpoint", OLE),
	T("application/vnd.ms-outlook", OLE),
	T("application/onenote", ONE), T("application/zip", ZIP),
	T("application/x-zip-compressed", ZIP),
	T("application/java-archive", JAR),
	T("application/vnd.rar", RAR), T("application/x-rar-compressed", RAR),
	T("application/x-7z-compressed", SEVENZIP),
	T("application/gzip", GZIP), T("application/x-gzip", GZIP),
	T("application/x-bzip2", BZIP2), T("application/x-xz", XZ),
	T("application/x-tar", TAR),
	T("application/vnd.ms-cab-compressed", CAB),
	T("application/x-iso9660-image", ISO),
	R("application/x-msdownload", EXE), R("application/x-dosexec", EXE),
	T("image/png", PNG), T("image/jpeg", JPEG), T("image/jpg", JPEG),
	T("image/pjpeg", JPEG), T("image/gif", GIF), T("image/bmp", BMP),
	T("image/tiff", TIFF), T("image/webp", WEBP),
	T("image/x-icon", ICO), T("image/vnd.microsoft.icon", ICO),
	T("text/calendar", CALENDAR),
};
#undef T
#undef R
#define N(array) (sizeof(array) / sizeof((array)[0]))

static const struct claim *
find(const struct claim *list, size_t n, struct span name)
{
	for (size_t i = 0; i < n; i++)
		if (span_ieq(list[i].name, name))
			return &list[i];
	return NULL;
}

enum content_type
magic_of_extension(struct span extension)
{
	const struct claim *c = find(extensions, N(extensions), extension);

	return c == NULL ? CONTENT_TYPE_UNKNOWN : c->type;
}

enum content_type
magic_of_mime(struct span type)
{
	const struct claim *c = find(types, N(types), type);

	/* RFC 6838 4.2.8 and what Office calls its files */
	if (c == NULL && span_istarts(type,
	    SPAN("application/vnd.openxmlformats-officedocument.")))
		return CONTENT_TYPE_OOXML;
	if (c == NULL && span_istarts(type,
	    SPAN("application/vnd.oasis.opendocument.")))
		return CONTENT_TYPE_ODF;
	return c == NULL ? CONTENT_TYPE_UNKNOWN : c->type;
}

bool
magic_runs(struct span extension, enum content_type type)
{
	const struct claim *c = find(extensions, N(extensions), extension);

	return (c != NULL && c->runs) || type == CONTENT_TYPE_EXE ||
	    type == CONTENT_TYPE_ELF || type == CONTENT_TYPE_MACHO ||
	    type == CONTENT_TYPE_LNK || type == CONTENT_TYPE_SCRIPT ||
	    type == CONTENT_TYPE_CHM || type == CONTENT_TYPE_JAR ||
	    type == CONTENT_TYPE_ISO || type == CONTENT_TYPE_DISK ||
	    type == CONTENT_TYPE_ONE || type == CONTENT_TYPE_HTML ||
	    type == CONTENT_TYPE_SVG;
}

/* Texts whose kind nothing in them proves. */
static bool
is_text(enum content_type t)
{
	return t == CONTENT_TYPE_TEXT || t == CONTENT_TYPE_EML ||
	    t == CONTENT_TYPE_SCRIPT || t == CONTENT_TYPE_XML ||
	    t == CONTENT_TYPE_CALENDAR || t == CONTENT_TYPE_PGP;
}

bool
magic_agrees(enum content_type claimed, enum content_type is)
{
	bool zip = is == CONTENT_TYPE_ZIP || is == CONTENT_TYPE_OOXML ||
	    is == CONTENT_TYPE_ODF || is == CONTENT_TYPE_JAR;

	if (claimed == is || claimed == CONTENT_TYPE_UNKNOWN ||
	    is == CONTENT_TYPE_EMPTY)
		return true;
	/* what nobody knows, in some charset */
	if (is_text(claimed) && (is == CONTENT_TYPE_TEXT ||
	    is == CONTENT_TYPE_UNKNOWN))
		return true;
	if (claimed == CONTENT_TYPE_TEXT)
		return is_text(is) && is != CONTENT_TYPE_SCRIPT;
	if (claimed == CONTENT_TYPE_XML || claimed == CONTENT_TYPE_HTML)
		return is == CONTENT_TYPE_XML || is == CONTENT_TYPE_TEXT;
	if (claimed == CONTENT_TYPE_SVG)
		return is == CONTENT_TYPE_XML || is == CONTENT_TYPE_UNKNOWN;
	if (claimed == CONTENT_TYPE_ZIP || claimed == CONTENT_TYPE_JAR)
		return zip;
	/* old names on new files, new files under a password, and Office
	 * itself writes RTF and HTML under them */
	if (claimed == CONTENT_TYPE_OLE)
		return is == CONTENT_TYPE_OOXML || is == CONTENT_TYPE_RTF;
	if (claimed == CONTENT_TYPE_OOXML)
		return is == CONTENT_TYPE_OLE || is == CONTENT_TYPE_ZIP;
	if (claimed == CONTENT_TYPE_AUDIO || claimed == CONTENT_TYPE_VIDEO)
		return is == CONTENT_TYPE_AUDIO || is == CONTENT_TYPE_VIDEO ||
		    is == CONTENT_TYPE_UNKNOWN;
	if (claimed == CONTENT_TYPE_DISK || claimed == CONTENT_TYPE_ISO)
		return is == CONTENT_TYPE_DISK || is == CONTENT_TYPE_ISO ||
		    is == CONTENT_TYPE_UNKNOWN;
	return false;
}
