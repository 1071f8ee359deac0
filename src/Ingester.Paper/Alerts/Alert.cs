namespace Ingester.Paper.Alerts;

/// <summary>Something that a person should know.</summary>
/// <param name="Run">The run.</param>
/// <param name="Micros">Event time, microseconds UTC.</param>
/// <param name="Kind">What happened: <c>fill</c>, <c>uncertain</c>, <c>refused</c>, <c>rejected</c>, <c>model-failed</c> or <c>ended</c>.</param>
/// <param name="Text">What happened, as a sentence.</param>
internal sealed record Alert(string Run, long Micros, string Kind, string Text);
