"""What shows who somebody is beside a password: passkeys, codes of an app, recovery codes, challenges.

It knows users by their id alone; what follows for sessions and mails is in services/core/accounts.
"""
