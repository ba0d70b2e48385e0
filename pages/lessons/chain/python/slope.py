from vgcore import ACTIVATIONS

activation = "sigmoid"
z, steepest = ACTIVATIONS[activation].steepest()
print(steepest)
