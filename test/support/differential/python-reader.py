"""Prints what Python's email package finds in mails. Stdin: length (4 bytes, big endian) and mail. Stdout: a line of JSON.

The package has two parsing policies: `default`, for new programs, and `compat32`, which most programs get.
"""
import email
import email.policy
import hashlib
import json
import struct
import sys


def attachments(mail, policy):
    found = []
    for part in email.message_from_bytes(mail, policy=policy).walk():
        # A multipart without a delimiter is one in name only, and no reader shows it as a file.
        if part.is_multipart() or part.get_content_maintype() == 'multipart':
            continue
        name = part.get_filename()
        text = part.get_content_type() in ('text/plain', 'text/html')
        if text and name is None and part.get_content_disposition() != 'attachment':
            continue
        body = (part.get_payload(decode=True) or b'').replace(b'\r\n', b'\n').replace(b'\r', b'\n').rstrip(b'\n')
        found.append([name or None, hashlib.sha256(body).hexdigest()[:12]])
    return found


def read(mail, policy):
    try:
        return attachments(mail, policy)
    except Exception as error:
        return 'crash: %s' % type(error).__name__


while True:
    head = sys.stdin.buffer.read(4)
    if len(head) < 4:
        break
    mail = sys.stdin.buffer.read(struct.unpack('>I', head)[0])
    print(json.dumps([read(mail, email.policy.default), read(mail, email.policy.compat32)]), flush=True)
