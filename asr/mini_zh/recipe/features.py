"""What the network hears: 40 MFCCs every 10 ms of 8 kHz audio, computed as Kaldi's decoder does."""

import kaldi_native_fbank as knf
import numpy as np

NMEL = 40
SAMPLE_RATE = 8000


def mfcc_options() -> knf.MfccOptions:
    options = knf.MfccOptions()
    options.frame_opts.samp_freq, options.frame_opts.dither = SAMPLE_RATE, 0.0
    options.frame_opts.snip_edges = True
    options.mel_opts.num_bins, options.num_ceps = NMEL, NMEL
    options.mel_opts.low_freq, options.mel_opts.high_freq = 40, 3800
    options.use_energy = False
    return options


def mfcc(audio: np.ndarray, options: knf.MfccOptions) -> np.ndarray:
    """(frames, 40) from int16-scaled float audio."""
    extractor = knf.OnlineMfcc(options)
    extractor.accept_waveform(SAMPLE_RATE, audio)
    extractor.input_finished()
    count = extractor.num_frames_ready
    if not count:
        return np.zeros((0, NMEL), np.float32)
    return np.stack([extractor.get_frame(i) for i in range(count)])
