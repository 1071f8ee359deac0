namespace Ingester.Core.Keys;

/// <summary>Identifies one object of raw capture of one process.</summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="Kind">Received messages, sent messages or REST responses.</param>
/// <param name="MinuteMicros">Start of the minute of the local clock in which the part was opened, microseconds UTC.</param>
/// <param name="Number">Number of the object within that minute, from 1.</param>
internal readonly record struct RawPartId(string Exchange, RawFileKind Kind, long MinuteMicros, int Number);
