namespace Ingester.Recording.Lanes;

/// <summary>What a check of a stream found.</summary>
internal enum StallFinding : byte
{
    /// <summary>No action is needed.</summary>
    None,

    /// <summary>The stream has just become stalled: it is reported and resubscribed.</summary>
    New,

    /// <summary>The stream is still stalled after a resubscription: it is resubscribed again.</summary>
    Repeated,
}
