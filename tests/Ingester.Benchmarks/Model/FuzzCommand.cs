using Ingester.Exchanges;
using Ingester.Testing.Model;

namespace Ingester.Benchmarks.Model;

/// <summary>Runs many cases of the fuzz run over fixtures and recordings: <c>fuzz EXCHANGE|all [cases] [--seed N]</c>.</summary>
internal static class FuzzCommand
{
    private const int MaxFailures = 20;

    /// <summary>Runs it; 1 when a case fails.</summary>
    public static int Run(string[] rest)
    {
        var names = rest is [var requested, ..] && requested != "all" ? [requested] : ExchangeCatalog.All.Select(exchange => exchange.Profile.Name).ToArray();
        var count = rest is [_, var second, ..] && int.TryParse(second, out var number) ? number : 1_000;
        var seed = ModelCommand.Option(rest, "--seed") ?? 1;
        var failed = 0;
        foreach (var name in names)
        {
            var began = TimeProvider.System.GetTimestamp();
            var (done, wrongs) = (0, 0);
            Parallel.For(seed, seed + count, (next, state) =>
            {
                var wrong = FuzzRun.Check(name, next);
                Interlocked.Increment(ref done);
                if (wrong is null)
                    return;
                Console.WriteLine(wrong);
                if (Interlocked.Increment(ref wrongs) >= MaxFailures)
                    state.Stop();
            });
            failed += wrongs;
            Console.WriteLine($"{name}: {done:N0} cases, {wrongs} failed, {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s, base seed {seed}");
        }

        return failed > 0 ? 1 : 0;
    }
}
