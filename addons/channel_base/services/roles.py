"""Who may call what: the one place that every action of people goes through."""

from functools import wraps

from odoo.exceptions import AccessError

WORKER = "channel_base.group_worker"


def role(name):
    """Let only people with a role call a public method, on records they may see.

    Remote calls look at no button and at no access right of a method. So each public
    method that the hub adds to a model stands behind this.

    :param name: ``user``, ``operator`` or ``manager``; higher roles imply lower ones.
    :raises AccessError: by the method, before it does anything.
    """

    def guard(method):
        @wraps(method)
        def guarded(self, *args, **kwargs):
            _check_role(self, name)
            return method(self, *args, **kwargs)

        guarded.channel_role = name
        return guarded

    return guard


def _check_role(records, name):
    if records.env.su:
        return
    group = f"channel_base.group_{name}"
    if not records.env.user.has_group(group):
        # whoever lacks the role may not even read what it is called
        role_name = records.env.ref(group).sudo().display_name
        raise AccessError(
            records.env._(
                "This needs the role %s. Ask an administrator for it, or somebody who"
                " has it.",
                role_name,
            )
        )
    records.check_access("read")  # roles act on rows of their companies only


def is_worker(env):
    """Whether this is the work of a job, or of code that has been let pass."""
    return env.su or env.user.has_group(WORKER)


def as_workers(records):
    """What people want done with rows that only jobs write.

    The rights of people end with saying what is to be done: whoever calls this has
    checked their role.

    :return: iterator of the records of each channel, as its service user.
    """
    for channel, same in records.grouped("channel_id").items():
        # people need no rights on the service user's account
        yield same.with_env(channel.sudo()._as_worker().env)
