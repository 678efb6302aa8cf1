"""The job that sends a mail. Its payload is `mail_id` alone: no address ever lies in a queue or among dead letters."""

from services.core.jobs.outbox import Job

SEND_MAIL = Job("mail.send", "default")
