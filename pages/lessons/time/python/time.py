import numpy as np

from vgcore.studies.recurrent import recurrent_profile

rms = recurrent_profile("lstm", seeds=3, digits=100, forget_bias=1.0, made_by="Keras")
print(np.median(rms[:, 0] / rms[:, -1]))
