namespace Ingester.Simulator.Unruly;

/// <summary>The faults of a WebSocket.</summary>
internal enum SocketFault
{
    None,
    Refused,
    WrongProof,
    ClosedAtOnce,
    OversizedFrame,
    MaskedFrame,
    CutInsideFrame,
    UndecodableFrames,
    NoText,
}
