using Ingester.Configuration;

namespace Ingester.Hosting;

/// <summary>Controls the configuration reload of the web host.</summary>
internal static class ConfigurationReload
{
    /// <summary>
    /// Disables the file watcher of the web host. By default the host watches <c>appsettings.json</c> in the working directory by watching the
    /// complete directory tree: a recorder that stores there would be notified of every object and would watch every directory. Settings are read
    /// only once (<see cref="ConfigurationLoader"/>).
    /// </summary>
    public static void Disable() => Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
}
