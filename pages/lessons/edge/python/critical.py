from vgcore import critical_weight_std

activation = "sigmoid"
bias_std = 1.0
print(critical_weight_std(activation, bias_std))
