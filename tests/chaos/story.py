"""Tells what became of a record and of the files it stood in."""


def of_record(truth, record):
    files = sorted(set(record.files))
    return "; ".join(of_file(truth.files[number]) for number in files)


def of_file(file):
    end = f", gone at {file.gone:.3f} ({file.fate})" if file.gone is not None else ""
    events = ", ".join(f"{when:.3f} {what}" for when, what in file.story)
    return f"in file {file.number} of {file.size} bytes{end} [{events}]"
