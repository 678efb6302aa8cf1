"""The jobs that write mails about notices. Payloads are `notice_id`; `user_id` and `day`."""

from services.core.jobs.outbox import Job

MAIL_NOTICE = Job("notices.mail", "default")
MAIL_DIGEST = Job("notices.digest", "default")
