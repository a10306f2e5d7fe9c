declare module 'vader-sentiment' {
  /** Shares of the words, 0 to 1, and the overall sentiment, -1 to 1. */
  interface PolarityScores {
    pos: number;
    neg: number;
    neu: number;
    compound: number;
  }
  interface SentiText {
    words_and_emoticons: readonly string[];
    /** Whether some of the words are in capitals, and some are not. */
    is_cap_diff: boolean;
  }
  /** Its rules; a list has the valence of each word. */
  const vader: {
    SentimentIntensityAnalyzer: {
      polarity_scores(text: string): PolarityScores;
      /** The list with the valence of the word at `index` behind it. */
      sentiment_valence(valence: 0, text: SentiText, word: string, index: number, list: number[]): number[];
      but_check(words: readonly string[], list: number[]): number[];
      score_valence(list: number[], text: string): PolarityScores;
    };
  };
  export default vader;
}
