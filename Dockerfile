# The recorder as a container: built from source, runs without root and without write access to its own file system.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/Ingester/Ingester.csproj src/Ingester/
COPY src/Ingester.Core/Ingester.Core.csproj src/Ingester.Core/
COPY src/Ingester.Simulator/Ingester.Simulator.csproj src/Ingester.Simulator/
# Compiled ahead for the machine it is built on: the first seconds are when every book starts, and until code is compiled hot it runs five times slower.
RUN dotnet restore src/Ingester/Ingester.csproj --use-current-runtime -p:PublishReadyToRun=true
COPY src/ src/
RUN dotnet publish src/Ingester/Ingester.csproj --configuration Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true \
    --no-restore --output /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
# Compresses and decompresses objects in half the time of .NET's own library, which is used without it.
RUN (apt-get update && apt-get install --yes --no-install-recommends libdeflate0 && rm -rf /var/lib/apt/lists/*) \
    || echo "libdeflate cannot be installed here: objects are compressed and decompressed by .NET's own library"
COPY --from=build /app .
# No diagnostics sockets: nothing is written outside the volumes that the container is given.
ENV DOTNET_EnableDiagnostics=0 \
    INGESTER__STATUS__LISTEN=http://0.0.0.0:8080
# Where objects may wait for the store (Ingester:Storage:Spool), and where they may be stored: volumes, owned by the user that writes them.
RUN mkdir /spool /data && chown "$APP_UID:$APP_UID" /spool /data
VOLUME /spool
USER $APP_UID
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["dotnet", "/app/ingester.dll", "health", "http://127.0.0.1:8080"]
ENTRYPOINT ["dotnet", "/app/ingester.dll"]
CMD ["record"]
