namespace Ingester.Benchmarks;

/// <summary>Starts this program as a child process for a part of a measurement.</summary>
internal static class OwnProgram
{
    /// <summary>Returns the command line for one of its commands.</summary>
    public static IReadOnlyList<string> Command(string name)
    {
        var assembly = typeof(OwnProgram).Assembly.Location;
        return Environment.ProcessPath is { } runner && Path.GetFileNameWithoutExtension(runner) != "dotnet" ? [runner, name] : ["dotnet", assembly, name];
    }
}
