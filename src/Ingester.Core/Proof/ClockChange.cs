namespace Ingester.Core.Proof;

/// <summary>Effect of an exchange time on the proofs of the streams of its connection.</summary>
internal enum ClockChange : byte
{
    /// <summary>No effect.</summary>
    None,

    /// <summary>The exchange clock moved ahead by more than the elapsed time: times received before may have been in the past.</summary>
    StepForward,

    /// <summary>
    /// The exchange clock moved ahead by more than the elapsed time and the tolerance, which only a local clock that is ahead makes plausible: the time
    /// may be wrong.
    /// </summary>
    Leap,

    /// <summary>The exchange clock was set back: times occur a second time.</summary>
    SetBack,

    /// <summary>The local clock becomes distrusted or trusted again.</summary>
    TrustChange,
}
