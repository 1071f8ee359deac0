using Ingester.Core.Status;

namespace Ingester.Dashboard.Now;

/// <summary>One exchange of one replica.</summary>
/// <param name="Replica">The replica's name.</param>
/// <param name="State">The state of the exchange.</param>
/// <param name="OpenGaps">Number of its open gaps.</param>
/// <param name="IsStale">True when the recorder does not answer: the state is the last known one.</param>
public sealed record ExchangeRow(string Replica, ExchangeState State, int OpenGaps, bool IsStale)
{
    /// <summary>Identifies the row while its values change.</summary>
    public string Key => $"{Replica}/{State.Exchange}";

    /// <summary>True when something is wrong with it.</summary>
    public bool IsWrong => IsStale || OpenGaps > 0 || State.ConnectionsOpen < State.ConnectionsWanted || State.StreamsConfirmed + State.StreamsHalted < State.StreamsWanted
        || State.StreamsWanted == 0 || State.StreamsStalled > 0 || State.LastError is not null;
}
