namespace Ingester.Simulator.FaultyExchange;

/// <summary>The faults of a WebSocket.</summary>
internal enum SocketFault
{
    None,
    Refused,
    WrongAcceptKey,
    ClosedAfterHandshake,
    OversizedFrame,
    MaskedFrame,
    CutInsideFrame,
    UndecodableFrames,
    InvalidUtf8,
}
