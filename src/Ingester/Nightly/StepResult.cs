using Ingester.Errors;

namespace Ingester.Nightly;

/// <summary>The result of a step.</summary>
/// <param name="Step">The step.</param>
/// <param name="ExitCode">Its exit code; null if it was not started, because an earlier one failed.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record StepResult(NightlyStep Step, int? ExitCode, TimeSpan Elapsed)
{
    /// <summary>True if the run ends here.</summary>
    public bool EndsRun => ExitCode == ExitCodes.InvalidUsage || (ExitCode == ExitCodes.Failed && Step.IsRequired);
}
