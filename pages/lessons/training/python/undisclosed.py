from vgcore.studies.published import train_on_digits

history = train_on_digits(hidden=4, width=30, epochs=101, eta=0.1, lmbda=0.0)
speeds = history.speeds[100]
print(speeds[-2] / speeds[0])
