@echo off
rem huiqi on Windows: makes .venv beside this file the first time, from the lock, then hands over to it.
rem The twin of the script huiqi, which does more (test, bundle, lock). HUIQI_PYTHON names the Python.
rem In a checkout the sources beside this file run; in a bundle, the wheel. No durable_rules here:
rem the reference reasoner gives the same decisions.
setlocal
chcp 65001 >nul
set "ROOT=%~dp0"
set "VENV=%ROOT%.venv"
set "RUN=%VENV%\Scripts\python.exe"
set "LOCK=%ROOT%install\lock\base.txt"
set "PYTHONUTF8=1"
set "PYTHONHOME="
set "PYTHONPATH="
set "FROM="
if exist "%ROOT%wheels\" (set FROM=--no-index --find-links "%ROOT%wheels") else (set "PYTHONPATH=%ROOT%engine")
fc /b "%LOCK%" "%VENV%\huiqi.lock" >nul 2>nul && "%RUN%" -c "" >nul 2>nul && goto run

set PY=
if defined HUIQI_PYTHON set PY="%HUIQI_PYTHON%"
for %%v in (3.12 3.11 3.13) do if not defined PY py -%%v -c "" >nul 2>nul && set PY=py -%%v
if not defined PY set PY=python
%PY% -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul || goto nopython

echo 正在把 huiqi 装进 %VENV%，需要一两分钟…… 1>&2
if exist "%VENV%" rmdir /s /q "%VENV%"
%PY% -m venv "%VENV%" 1>&2 || goto failed
set PIP=install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes
"%RUN%" -m pip %PIP% %FROM% -r "%LOCK%" 1>&2 || goto failed
"%RUN%" -m huiqi.cli.main --version >nul || goto failed
copy /b /y "%LOCK%" "%VENV%\huiqi.lock" >nul || goto failed

:run
"%RUN%" -m huiqi.cli.main %*
exit /b %errorlevel%

:nopython
echo 没有找到 Python 3.11 至 3.13。请安装 Python（安装时勾选 py launcher），再运行一次。 1>&2
echo 装在别处的，先执行：set HUIQI_PYTHON=完整路径\python.exe 1>&2
exit /b 2

:failed
if exist "%VENV%" rmdir /s /q "%VENV%"
echo 安装没有成功，没有留下半成品；原因见上面几行（常见的是网络不通）。 1>&2
exit /b 2
