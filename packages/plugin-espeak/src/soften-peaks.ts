/**
 * Above this (-2.7 dBFS) peaks are bent so that they never reach full scale: eSpeak's voices speak at -20 dBFS (mean
 * of pt-BR, en and es; each sentence within 2 dB), and some consonants of es come within 0.1 dB of clipping.
 */
const knee = 24_000
const ceiling = 31_000

/** Bends peaks in place. Samples below the knee stay as they are. */
export function softenPeaks(samples: Int16Array): Int16Array {
  const room = ceiling - knee
  for (let n = 0; n < samples.length; n++) {
    const sample = samples[n] ?? 0
    const over = Math.abs(sample) - knee
    if (over > 0) samples[n] = Math.sign(sample) * Math.round(knee + room * Math.tanh(over / room))
  }
  return samples
}
