"""Prints each mail and saves its attachments: python3 examples/consume.py SAVE_TO [COUNT]. Ctrl-C finishes the mail in progress."""

import json
import os
import signal
import sys
from pathlib import Path

import boto3

POINTER = "software.amazon.payloadoffloading.PayloadS3Pointer"

sqs = boto3.client("sqs")
s3 = boto3.client("s3")


def fetch_json(bucket, key):
    return json.load(s3.get_object(Bucket=bucket, Key=key)["Body"])


def whole_mail(body):
    """The whole mail: a message omits large fields or points at S3."""
    mail = json.loads(body)
    if isinstance(mail, list) and mail[0] == POINTER:
        return fetch_json(mail[1]["s3BucketName"], mail[1]["s3Key"])
    if mail["omitted"]:
        return fetch_json(mail["document"]["bucket"], mail["document"]["key"])
    return mail


def handle(mail, save_to):
    folder = save_to / mail["id"]
    folder.mkdir(parents=True, exist_ok=True)
    for attachment in mail["attachments"]:
        # The part id is ours, the file name a stranger's.
        s3.download_file(attachment["bucket"], attachment["key"], str(folder / attachment["partId"]))
    facts = {"id": mail["id"], "subject": mail["subject"]}
    facts |= {"length": len(mail["text"] or ""), "attachments": len(mail["attachments"])}
    print(json.dumps(facts, ensure_ascii=False), flush=True)


def main():
    save_to = Path(sys.argv[1] if len(sys.argv) > 1 else "attachments")
    left = int(sys.argv[2]) if len(sys.argv) > 2 else None
    queue_url = os.environ["PARSED_MAIL_QUEUE"]
    stopping, waiting = False, False

    def stop(*_):
        """Finishes a mail in progress, but not a wait for the next one."""
        nonlocal stopping
        stopping = True
        if waiting:
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, stop)
    seen = set()  # In production a table of your database: each process sees only its own deliveries.

    while not stopping and left != 0:
        waiting = True
        try:
            answer = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=1, WaitTimeSeconds=20)
        except KeyboardInterrupt:
            break
        finally:
            waiting = False
        for message in answer.get("Messages", []):
            mail = whole_mail(message["Body"])
            key = (mail["dedupKey"], mail["revision"])
            if key not in seen:
                handle(mail, save_to)
                seen.add(key)
                left = left and left - 1
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])


if __name__ == "__main__":
    main()
