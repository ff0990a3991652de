/** The part of the configuration that names the first carrier's account. */
export interface TwilioConfig {
  readonly accountSid: string;
  /** The first signs our requests; a webhook signed with any of them is genuine (rotation). */
  readonly authTokens: readonly string[];
  /** Another host that speaks Twilio's REST; null: Twilio itself. */
  readonly apiBase: string | null;
  readonly callsPerSecond: number;
  /** A static TwiML document on another host, for the hour when we cannot answer. */
  readonly fallbackUrl: string | null;
}
