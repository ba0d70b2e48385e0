from vgcore.studies.published import train_on_digits

history = train_on_digits(hidden=4, width=30, epochs=1)
print(history.rest_speeds[0, 0] / history.speeds[0, 0])
