using Ingester.Configuration;

namespace Ingester.Hosting;

/// <summary>What the web framework would do with files that nobody asked it for.</summary>
internal static class HostFiles
{
    /// <summary>
    /// By default a web host looks for changes of <c>appsettings.json</c> in the directory that the program was started in, by watching everything below it: a
    /// recorder that stores there would be told of each object, and watch each directory. Settings are read once (<see cref="ConfigurationFiles"/>).
    /// </summary>
    public static void LeaveAlone() => Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
}
