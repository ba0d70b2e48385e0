from vgcore.studies import waiting

awake = []
for lmbda in (0.0, 0.3, 0.5, 1.0, 2.0, 5.0):
    if waiting.wait(waiting.Training(hidden=4, lmbda=lmbda), limit=20_000).steps_to():
        awake.append(lmbda)
print(max(awake))
