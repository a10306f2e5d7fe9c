declare module 'vader-sentiment' {
  /** Shares of the words, 0 to 1, and the mood of the whole, -1 to 1. */
  interface PolarityScores {
    pos: number;
    neg: number;
    neu: number;
    compound: number;
  }
  const vader: { SentimentIntensityAnalyzer: { polarity_scores(text: string): PolarityScores } };
  export default vader;
}
