"""What is checked about a file before anything in it is believed.

A workbook is a zip of XML. Its directory is read first: number, size and ratio of the parts. Then every part is
unpacked as a stream into nothing, with a hard limit, because a directory can lie; on the way XML that declares entities
and cells far outside any sheet are found. Only then is the file given to the reader.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from xuezheng.kernel.errors import InputError, gettext_noop

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 300 * 1024 * 1024  # a sheet of 100,000 rows and 30 columns has about 200 MB
MAX_PARTS = 2000
MAX_RATIO = 100  # XML of real sheets shrinks to a tenth or twentieth
_RATIO_FROM_BYTES = 20 * 1024 * 1024
_CHUNK = 1 << 18
_OVERLAP = 64

_OLE = b"\xd0\xcf\x11\xe0"
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# Rows of six digits, columns beyond CV (100): a sparse cell there makes a dense reader ask for gigabytes.
_FAR_CELL = re.compile(rb"""\sr=["'](?:[A-Z]{0,3}\d{6}|(?:[A-Z]{3}|[D-Z][A-Z]|C[W-Z])\d)""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
_ERROR = re.compile(rb"""\st=["']e["']""")


class FileTooLarge(InputError):
    """The file is larger than an upload may be."""

    code = "registry.exchange.file_too_large"
    template = gettext_noop("%(file)s has %(size_mb)s MB; at most %(limit_mb)s MB are taken.")
    remedy = gettext_noop("Split the rows over several files.")


class FileTypeWrong(InputError):
    """The file is no workbook of the type .xlsx."""

    code = "registry.exchange.file_type"
    template = gettext_noop("%(file)s is not an Excel workbook of the type .xlsx.")
    remedy = gettext_noop("Open it in Excel or WPS and save it as “Excel workbook (.xlsx)”.")


class WorkbookEncrypted(InputError):
    """The workbook is protected by a password."""

    code = "registry.exchange.encrypted"
    template = gettext_noop("%(file)s is protected by a password.")
    remedy = gettext_noop("Remove the password and upload it again.")


class WorkbookHasMacros(InputError):
    """The workbook carries program code."""

    code = "registry.exchange.macros"
    template = gettext_noop("%(file)s contains macros.")
    remedy = gettext_noop("Save it as “Excel workbook (.xlsx)”, which has none.")


class WorkbookBomb(InputError):
    """The workbook unpacks to far more than it shows."""

    code = "registry.exchange.bomb"
    template = gettext_noop("%(file)s unpacks to more than a sheet can hold (%(part)s).")
    remedy = gettext_noop("Use the template and paste the values only.")


class WorkbookDamaged(InputError):
    """The workbook cannot be unpacked or holds what no workbook holds."""

    code = "registry.exchange.damaged"
    template = gettext_noop("%(file)s cannot be read (%(part)s).")
    remedy = gettext_noop("Open it in Excel or WPS, save it again and upload that file.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the check saw on the way."""

    formulas: int
    errors: int


def check_file(file: str, content: bytes, *, max_bytes: int = MAX_FILE_BYTES) -> Checked:
    """Refuse whatever is not a harmless workbook.

    Args:
        file: Its name, for the messages and for its extension.
        content: Its bytes.
        max_bytes: Largest size taken.

    Raises:
        FileTooLarge: Before anything else.
        FileTypeWrong: For .xls, .csv and whatever else is no .xlsx.
        WorkbookEncrypted: If a password is needed.
        WorkbookHasMacros: For .xlsm and for macros under another name.
        WorkbookBomb: If it unpacks to too much.
        WorkbookDamaged: If it cannot be unpacked, or its XML declares entities.
    """
    if len(content) > max_bytes:
        raise FileTooLarge(file=file, size_mb=len(content) >> 20, limit_mb=max_bytes >> 20)
    extension = file.rsplit(".", 1)[-1].lower() if "." in file else ""
    if content[:4] == _OLE and _OLE_ENCRYPTED in content:
        raise WorkbookEncrypted(file=file)
    if extension in {"xlsm", "xltm", "xlam", "xlsb"}:
        raise WorkbookHasMacros(file=file)
    if extension != "xlsx" or content[:4] != b"PK\x03\x04":
        raise FileTypeWrong(file=file)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_directory(file, parts, len(content))
            formulas, errors = _unpack_all(file, content, parts)
            return Checked(formulas=formulas, errors=errors)
    except (zipfile.BadZipFile, EOFError, ValueError) as error:
        raise WorkbookDamaged(file=file, part=type(error).__name__) from error


def _check_directory(file: str, parts: list[zipfile.ZipInfo], size: int) -> None:
    names = [part.filename for part in parts]
    if len(parts) > MAX_PARTS or len(set(names)) != len(names):
        raise WorkbookDamaged(file=file, part=f"{len(parts)} parts")
    if any(part.flag_bits & 1 for part in parts):
        raise WorkbookEncrypted(file=file)
    if any("vbaproject" in name.lower() or "macrosheets/" in name.lower() for name in names):
        raise WorkbookHasMacros(file=file)
    if "[Content_Types].xml" not in names:
        raise FileTypeWrong(file=file)
    total = sum(part.file_size for part in parts)
    if total > MAX_UNPACKED_BYTES or (total > _RATIO_FROM_BYTES and total > MAX_RATIO * size):
        largest = max(parts, key=lambda part: part.file_size)
        raise WorkbookBomb(file=file, part=largest.filename)


def _unpack_all(file: str, content: bytes, parts: list[zipfile.ZipInfo]) -> tuple[int, int]:
    """Unpack every part into nothing; count the cells that hold a formula and those that show an error."""
    formulas, errors, left = 0, 0, MAX_UNPACKED_BYTES
    for part in parts:
        seen = 0
        window, tail = b"", b""
        is_sheet = part.filename.lower().startswith("xl/worksheets/")
        for chunk in _checked_chunks(file, content, part, left):
            seen += len(chunk)
            if is_sheet:
                window = tail + chunk
                formulas += len(_FORMULA.findall(window)) - len(_FORMULA.findall(tail))
                errors += len(_ERROR.findall(window)) - len(_ERROR.findall(tail))
                tail = window[-_OVERLAP:]
        left -= seen
    return formulas, errors


def _checked_chunks(
    file: str, content: bytes, part: zipfile.ZipInfo, limit: int
) -> Iterator[bytes]:
    """Unpack one part piece by piece; the size in the directory must be the size there is."""
    name = part.filename
    is_xml = name.lower().endswith((".xml", ".rels", ".vml"))
    is_sheet = name.lower().startswith("xl/worksheets/")
    seen, tail = 0, b""
    try:
        for chunk in _unpacked(file, content, part):
            if seen == 0 and is_xml and chunk[:2] in {b"\xfe\xff", b"\xff\xfe"}:
                raise WorkbookDamaged(file=file, part=name)  # UTF-16 could hide a declaration
            seen += len(chunk)
            if seen > min(limit, part.file_size):
                raise WorkbookBomb(file=file, part=name)
            if is_xml:
                window = tail + chunk
                _check_xml(file, name, window, is_sheet=is_sheet)
                tail = window[-_OVERLAP:]
            yield chunk
    except zlib.error as error:
        raise WorkbookDamaged(file=file, part=name) from error
    if seen != part.file_size:
        raise WorkbookDamaged(file=file, part=name)


def _unpacked(file: str, content: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    packed = _packed(content, part)
    if part.compress_type == zipfile.ZIP_STORED:
        return iter((bytes(packed),))
    if part.compress_type == zipfile.ZIP_DEFLATED:
        return _inflate(packed)
    raise WorkbookDamaged(file=file, part=part.filename)


def _check_xml(file: str, part: str, window: bytes, *, is_sheet: bool) -> None:
    if _DECLARATION.search(window):
        raise WorkbookDamaged(file=file, part=part)
    if is_sheet and _FAR_CELL.search(window):
        raise WorkbookBomb(file=file, part=part)


def _packed(content: bytes, part: zipfile.ZipInfo) -> memoryview:
    """Find the packed bytes of a part behind its local header."""
    start = part.header_offset
    header = content[start : start + 30]
    if header[:4] != b"PK\x03\x04" or len(header) < 30:
        raise zipfile.BadZipFile("local header")
    skip = 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    end = start + skip + part.compress_size
    if end > len(content):
        raise zipfile.BadZipFile("truncated")
    return memoryview(content)[start + skip : end]


def _inflate(packed: memoryview) -> Iterator[bytes]:
    machine = zlib.decompressobj(-15)
    rest: bytes | memoryview = packed
    while not machine.eof:
        chunk = machine.decompress(rest, _CHUNK)
        rest = machine.unconsumed_tail
        if chunk:
            yield chunk
        elif not rest:
            break
