namespace Ingester.Hosting;

/// <summary>Where settings come from, the same for every command that has any.</summary>
internal static class ConfigurationFiles
{
    /// <summary>
    /// Reads <c>appsettings.json</c> beside the program and in the working directory, then a file, then the environment, then what the command line says.
    /// </summary>
    /// <exception cref="CommandException">A file is not there or is no JSON.</exception>
    public static IConfigurationRoot Read(FileInfo? file, IDictionary<string, string?> values)
    {
        var builder = new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true);
        if (Path.GetFullPath("appsettings.json") is var local && File.Exists(local))
            builder.AddJsonFile(local, optional: true);
        if (file is not null)
            builder.AddJsonFile(file.Exists ? file.FullName : throw new CommandException($"--config {file.FullName}: there is no such file."), optional: false);
        try
        {
            return builder.AddEnvironmentVariables().AddInMemoryCollection(values).Build();
        }
        catch (InvalidDataException broken)
        {
            throw new CommandException($"{broken.Message} {broken.InnerException?.Message}", broken);
        }
    }
}
