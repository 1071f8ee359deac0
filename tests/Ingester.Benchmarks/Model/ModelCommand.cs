using Ingester.Testing.Model;

namespace Ingester.Benchmarks.Model;

/// <summary>Runs many schedules of the model-based test: <c>model [schedules] [--seed N] [--failures N] [--except N,N,…]</c>.</summary>
internal static class ModelCommand
{
    /// <summary>Runs it; 1 when a schedule fails. Each failing seed is printed at once, and of each kind of failure the first schedule, shortened.</summary>
    public static int Run(string[] rest)
    {
        var count = rest is [var first, ..] && int.TryParse(first, out var asked) ? asked : 10_000;
        var seed = Option(rest, "--seed") ?? 1;
        var most = Option(rest, "--failures") ?? 100;
        var except = Array.IndexOf(rest, "--except") is >= 0 and var at ? rest[at + 1].Split(',').Select(int.Parse).ToHashSet() : [];
        var failures = new SortedSet<int>();
        Console.WriteLine($"{count:N0} schedules, seeds {seed} to {seed + count - 1}");
        var (done, failed, gate, kinds) = (0, 0, new Lock(), new Dictionary<string, int>(StringComparer.Ordinal));
        var began = TimeProvider.System.GetTimestamp();
        Parallel.For(seed, seed + count, (next, state) =>
        {
            IReadOnlyList<string> wrong = except.Contains(next) ? [] : ModelRun.Find(next);
            var kind = wrong.Count > 0 ? ModelRun.KindOf(wrong[0]) : "";
            var isNew = false;
            lock (gate)
            {
                if (++done % 10_000 == 0)
                    Console.WriteLine($"{done:N0} schedules, {failed} failed, {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s");
                if (wrong.Count == 0)
                    return;
                isNew = kinds.TryAdd(kind, 0);
                kinds[kind]++;
                failures.Add(next);
                if (++failed >= most)
                    state.Stop();
            }

            Console.WriteLine($"Seed {next} fails: {kind}");
            if (isNew)
                Console.WriteLine(ModelRun.Explain(next, wrong[0]));
        });
        foreach (var (kind, times) in kinds.OrderByDescending(kind => kind.Value))
            Console.WriteLine($"{times,7} times: {kind}");
        if (failed > 0)
            Console.WriteLine($"Seeds that fail: {string.Join(',', failures)}");
        Console.WriteLine($"{done:N0} schedules, {failed} failed, {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s, base seed {seed}");
        return failed > 0 ? 1 : 0;
    }

    /// <summary>The number behind an option; null where it is not given.</summary>
    public static int? Option(string[] rest, string name) =>
        Array.IndexOf(rest, name) is >= 0 and var at && at + 1 < rest.Length && int.TryParse(rest[at + 1], out var number) ? number : null;
}
