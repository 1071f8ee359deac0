namespace Ingester.Benchmarks.EndToEnd;

/// <summary>A workload of the end-to-end benchmark.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Secure">True for TLS, with one TLS record per frame, as exchanges send.</param>
/// <param name="Rate">Frames per second, one write each; null for as fast as the receiver reads.</param>
internal sealed record Case(string Name, bool Secure, int? Rate)
{
    private const int PacedSeconds = 60; // hot methods are compiled in the first twenty

    /// <summary>All cases, in the order in which they run.</summary>
    public static IReadOnlyList<Case> All { get; } =
    [
        new("ws", Secure: false, Rate: null),
        new("wss", Secure: true, Rate: null),
        new("ws-2000", Secure: false, Rate: 2_000),
        new("ws-20000", Secure: false, Rate: 20_000),
        new("wss-20000", Secure: true, Rate: 20_000),
        new("ws-50000", Secure: false, Rate: 50_000),
    ];

    /// <summary>Maximum number of frames that are sent.</summary>
    public int Frames { get; init; } = Rate * PacedSeconds ?? int.MaxValue;
}
