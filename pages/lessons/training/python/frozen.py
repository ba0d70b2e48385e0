from vgcore.studies.published import train_on_digits

relu = {"activation": "relu", "init": "he_normal"}
history = train_on_digits(hidden=4, width=30, epochs=500, eta=0.1, lmbda=0.0, frozen=2, **relu)
print(history.accuracy[-1])
