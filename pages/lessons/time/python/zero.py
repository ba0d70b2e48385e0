import numpy as np

from vgcore.studies.recurrent import recurrent_profile

rms = recurrent_profile("lstm", seeds=4, digits=200, forget_bias=0.0, made_by="Keras")
print(np.median(rms[:, 0] / rms[:, -1]))
