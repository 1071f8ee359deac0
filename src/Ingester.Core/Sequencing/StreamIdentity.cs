namespace Ingester.Core.Sequencing;

/// <summary>Whether two connections that subscribe to the same stream receive the same messages.</summary>
public enum StreamIdentity : byte
{
    /// <summary>They may receive different messages: different bytes under an existing key are stored as a variant.</summary>
    PerConnection,

    /// <summary>They receive the same messages, as measured: different bytes under an existing key are a divergence.</summary>
    Identical,
}
