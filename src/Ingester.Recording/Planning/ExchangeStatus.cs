namespace Ingester.Recording.Planning;

/// <summary>The state of recording one exchange, for the status page and health checks.</summary>
/// <param name="Exchange">The exchange's name.</param>
/// <param name="Markets">Number of selected markets; null before the first market list.</param>
/// <param name="ConnectionsWanted">Number of planned connections.</param>
/// <param name="ConnectionsOpen">Number of open connections.</param>
/// <param name="StreamsWanted">Number of planned streams.</param>
/// <param name="StreamsSubscribed">Number of streams that the exchange confirmed.</param>
/// <param name="LastError">The present error as a sentence; null when there is none.</param>
internal sealed record ExchangeStatus(
    string Exchange, int? Markets, int ConnectionsWanted, int ConnectionsOpen, int StreamsWanted, int StreamsSubscribed, string? LastError)
{
    /// <summary>Number of streams that the exchange did not confirm after the maximum number of attempts.</summary>
    public int StreamsFailed { get; init; }

    /// <summary>Number of those whose market is halted. An exchange may refuse such streams, and no data is missing.</summary>
    public int StreamsFailedHalted { get; init; }

    /// <summary>The names of the first of <see cref="StreamsFailed"/>; null when there are none.</summary>
    public string? Failed { get; init; }

    /// <summary>Number of stalled streams: no event for much longer than usual, although the connection is alive.</summary>
    public int StreamsStalled { get; init; }

    /// <summary>Number of restarts after an unhandled exception.</summary>
    public int Restarts { get; init; }

    /// <summary>Number of snapshots that are due and not yet being fetched.</summary>
    public int BooksDue { get; init; }

    /// <summary>The used share of the request weight, as the exchange last reported it.</summary>
    public double RequestsSpent { get; init; }
}
