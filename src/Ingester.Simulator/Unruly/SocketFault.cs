namespace Ingester.Simulator.Unruly;

/// <summary>What is wrong with a WebSocket.</summary>
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
