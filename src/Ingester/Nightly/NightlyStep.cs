namespace Ingester.Nightly;

/// <summary>A step of the nightly run: a command of this program, which does nothing if its result exists already.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Arguments">The command line.</param>
internal sealed record NightlyStep(string Name, IReadOnlyList<string> Arguments)
{
    /// <summary>True if the run ends when the step fails. Otherwise the day counts as degraded, and the next step follows.</summary>
    public bool IsRequired { get; init; } = true;
}
