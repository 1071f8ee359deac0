namespace Ingester.Benchmarks.Scenarios;

/// <summary>Bounds that were set, and whether they hold.</summary>
internal sealed class Verdict
{
    private int faults;

    /// <summary>0 when everything holds.</summary>
    public int ExitCode => faults == 0 ? 0 : 1;

    /// <summary>Says what was lost.</summary>
    public void Take(Outcome outcome)
    {
        foreach (var fault in outcome.Faults)
            Wrong(fault);
    }

    /// <summary>Says it when a figure is above its bound.</summary>
    public void AtMost(string what, double figure, double bound)
    {
        if (!(figure <= bound))
            Wrong($"{what}: {figure:0.##} is more than {bound:0.##}");
    }

    /// <summary>Says it when a figure is below its bound.</summary>
    public void AtLeast(string what, double figure, double bound)
    {
        if (!(figure >= bound))
            Wrong($"{what}: {figure:0.##} is less than {bound:0.##}");
    }

    /// <summary>Says what is wrong.</summary>
    public void Wrong(string what)
    {
        Console.WriteLine($"WRONG: {what}");
        faults++;
    }
}
