namespace Ingester.Benchmarks.Scenarios;

/// <summary>Checks the results against bounds.</summary>
internal sealed class Verdict
{
    private int faults;

    /// <summary>The exit code: 0 when all bounds hold.</summary>
    public int ExitCode => faults == 0 ? 0 : 1;

    /// <summary>Reports lost rows.</summary>
    public void Take(Outcome outcome)
    {
        foreach (var fault in outcome.Faults)
            Wrong(fault);
    }

    /// <summary>Reports a value above its bound.</summary>
    public void AtMost(string label, double figure, double bound)
    {
        if (!(figure <= bound))
            Wrong($"{label}: {figure:0.##} is more than {bound:0.##}");
    }

    /// <summary>Reports a value below its bound.</summary>
    public void AtLeast(string label, double figure, double bound)
    {
        if (!(figure >= bound))
            Wrong($"{label}: {figure:0.##} is less than {bound:0.##}");
    }

    /// <summary>Reports an error.</summary>
    public void Wrong(string label)
    {
        Console.WriteLine($"WRONG: {label}");
        faults++;
    }
}
