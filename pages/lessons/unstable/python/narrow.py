from vgcore.studies.window import widest_window

weight, width = widest_window()
print(weight)
