namespace Ingester.Benchmarks;

/// <summary>This program, started again for a part of a measurement.</summary>
internal static class Self
{
    /// <summary>How one of its commands is started.</summary>
    public static IReadOnlyList<string> Command(string name)
    {
        var assembly = typeof(Self).Assembly.Location;
        return Environment.ProcessPath is { } runner && Path.GetFileNameWithoutExtension(runner) != "dotnet" ? [runner, name] : ["dotnet", assembly, name];
    }
}
