namespace Ingester.Benchmarks.EndToEnd;

/// <summary>One way to send.</summary>
/// <param name="Name">What it is asked for by.</param>
/// <param name="Secure">Over TLS, with a record per frame as exchanges send.</param>
/// <param name="Rate">Frames per second, one write each; null as fast as they are taken.</param>
internal sealed record Case(string Name, bool Secure, int? Rate)
{
    private const int PacedSeconds = 60; // what becomes hot is compiled in the first twenty

    /// <summary>Every case, in the order in which they run.</summary>
    public static IReadOnlyList<Case> All { get; } =
    [
        new("ws", Secure: false, Rate: null),
        new("wss", Secure: true, Rate: null),
        new("ws-2000", Secure: false, Rate: 2_000),
        new("ws-20000", Secure: false, Rate: 20_000),
        new("wss-20000", Secure: true, Rate: 20_000),
        new("ws-50000", Secure: false, Rate: 50_000),
    ];

    /// <summary>How many frames are sent at most.</summary>
    public int Frames { get; init; } = Rate * PacedSeconds ?? int.MaxValue;
}
