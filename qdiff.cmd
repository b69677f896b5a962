@echo off
rem Runs the tool from a clone, from any folder. Builds first, which takes a moment when nothing changed.
setlocal
set "root=%~dp0"
pushd "%root%"
dotnet build -c Release -v quiet --nologo src\Qdiff.Cli 1>&2
set "built=%errorlevel%"
popd
if not "%built%"=="0" exit /b 1
rem How this script was called, so that the commands which the tool prints can be pasted.
set "QDIFF_COMMAND=%~0"
dotnet "%root%artifacts\bin\Qdiff.Cli\release\Qdiff.Cli.dll" %*
exit /b %errorlevel%
