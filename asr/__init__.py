"""What is said and how it sounds: sound from the PBX in, events about each voice out (`asr.events`)."""
