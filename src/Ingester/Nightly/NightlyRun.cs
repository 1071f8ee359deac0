using Ingester.Errors;

namespace Ingester.Nightly;

/// <summary>Runs steps one after the other, until one that is required fails.</summary>
/// <param name="run">Runs a command line and returns its exit code.</param>
/// <param name="clock">Measures how long steps take.</param>
internal sealed class NightlyRun(Func<IReadOnlyList<string>, CancellationToken, Task<int>> run, TimeProvider clock)
{
    /// <summary>Runs the steps; each result is returned as soon as it is known.</summary>
    public async IAsyncEnumerable<StepResult> RunAsync(IReadOnlyList<NightlyStep> steps, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var ended = false;
        foreach (var step in steps)
        {
            if (ended)
            {
                yield return new(step, ExitCode: null, TimeSpan.Zero);
                continue;
            }

            var began = clock.GetTimestamp();
            var result = new StepResult(step, await run(step.Arguments, cancellation), clock.GetElapsedTime(began));
            ended = result.EndsRun;
            yield return result;
        }
    }

    /// <summary>The exit code of a run: 0 if every step succeeded, 3 if the day is degraded, else that of the step that ended the run.</summary>
    public static int ExitCodeOf(IEnumerable<StepResult> results)
    {
        var all = results.ToList();
        return all.Find(static result => result.EndsRun) is { ExitCode: { } code } ? code
            : all.TrueForAll(static result => result.ExitCode == ExitCodes.Succeeded) ? ExitCodes.Succeeded
            : ExitCodes.Incomplete;
    }
}
