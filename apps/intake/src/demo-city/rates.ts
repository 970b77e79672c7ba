/**
 * How often things happen in the demonstration city. Shares published somewhere are marked so; every other number is an
 * assumption, chosen so that the mix of classes under the proposed general rule set comes near 74 / 20 / 4 / 1.3 %.
 * Rates are per enterprise and year; a rate that follows proneness is multiplied by the enterprise's proneness factor.
 */
export const RATES = {
  /** Net growth of the stock is about 7 % a year (published: +6.92 % in 2024), made of these two. */
  registrationsOfStock: 0.145,
  deregistration: 0.09,
  /** Gamma shape of the proneness factor, whose mean is 1: the smaller, the more a few enterprises carry most of the trouble. */
  pronenessShape: 0.4,

  change: 0.7,
  /** Published annual-report rate of 2025: 95.86 %. Follows proneness in part. */
  lateReport: 0.041,
  lateReportProneShare: 0.5,
  /** Of the listings for a late report: wrong ones that are corrected afterwards (更正撤销). */
  wrongListing: 0.03,

  /** Listings as not reachable; with the durations of `abnormal-listings.ts` about 2 % are listed at any time. */
  lostContact: 0.04,
  undisclosedInformation: 0.0015,
  falseInformation: 0.0005,

  /** 7.6 cases per 1,000 entities and year follow from the published national figures. Follows proneness. */
  penalty: 0.0085,
  /** Published mean of a case is about 7,500 RMB. Fen. */
  meanFineFen: 750_000,
  seriousPenalty: 0.06,
  minorPenalty: 0.34,

  /** Share of the stock drawn in a year (workload at the proposed ratios 1/3/15/50 %). */
  inspection: 0.027,
  /** 130,000 contacts a year in the city, about 0.4 per enterprise; skewed by trade and by enterprise. */
  complaint: 0.4,
  complaintShape: 0.3,
  verifiedReport: 0.02,

  /** With a mean stay of 1.3 years about 1 % of the stock is listed. Follows proneness. */
  judgmentDefaulter: 0.0145,
  seriousViolation: 0.0011,

  /** Of the older, less prone enterprises: those with the best tax grade, most years. */
  goodTaxpayer: 0.25,
  /** Share of the enterprises whose insured staff is reported each quarter, and how often it collapses. */
  largerEmployer: 0.14,
  staffCollapse: 0.004,

  /** Delivery: repeated, revised, and statuses that overtake their content. */
  duplicate: 0.005,
  revision: 0.01,
  overtaken: 0.02,
} as const;
